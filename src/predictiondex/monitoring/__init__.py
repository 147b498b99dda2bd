"""Watching the service: service levels, traffic to try it with, drift, shadow scoring, retraining."""
