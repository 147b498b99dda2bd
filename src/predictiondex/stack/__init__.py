"""Starting, checking and stopping the system.

``embedded``   the API and the page as child processes on this machine (what ``up`` does)
``processes``  one child process: start, log file, stop with everything it started
``ports``      whether a port is free
``state``      the file by which ``down`` and a second ``up`` find a running one
``health``     asking the services how they are
"""
