"""The model: features, dataset, training, evaluation, registry and promotion."""
