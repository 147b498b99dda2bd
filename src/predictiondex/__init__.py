"""PredictionDex: which move, and will I win? For Pokémon Let's Go, Pikachu / Eevee."""

__version__ = "0.1.0"
