"""``python -m predictiondex``: the command line."""

from predictiondex.cli import main

if __name__ == "__main__":
    main()
