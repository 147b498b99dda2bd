"""Starting, checking and stopping the system: on this machine, or as nine services in Docker.

``embedded``   the API and the page as child processes on this machine (what ``up`` does)
``processes``  one child process: start, log file, stop with everything it started
``ports``      whether a port is free
``state``      the file by which ``down`` and a second ``up`` find a running one
``health``     asking the services how they are

In Docker:

``compose``       Docker and Compose: which there is, their containers, what their errors mean
``envfile``       ``.env``: random passwords, ports, and what is refused
``images``        building, with this machine's package index and certificates as build secrets
``launch``        what has to be so before a start, the start, the wait
``validate``      every service asked from outside, expected and found
``mlflow_check``  a model given to MLflow and read back
``backup``        databases and model files saved and put back
"""
