"""The interface: Streamlit pages that talk to the API and know nothing of the rules.

``app.py`` is what ``streamlit run`` starts; ``views`` holds one small module a page and the parts they share.
"""
