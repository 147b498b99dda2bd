-- Run once, on an empty volume: users and databases of their own for the project and for MLflow.
-- The superuser is used for nothing else but this and backups.
\getenv predictiondex_password PREDICTIONDEX_DB_PASSWORD
\getenv mlflow_password MLFLOW_DB_PASSWORD
CREATE ROLE predictiondex LOGIN PASSWORD :'predictiondex_password';
CREATE ROLE mlflow LOGIN PASSWORD :'mlflow_password';
CREATE DATABASE predictiondex OWNER predictiondex;
CREATE DATABASE mlflow OWNER mlflow;
REVOKE ALL ON DATABASE predictiondex, mlflow FROM PUBLIC;
