"""What is on the screen: the pages and their parts.

The folder is not called ``pages``: Streamlit would take every file in it for a page of its own.
"""
