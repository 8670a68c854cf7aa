"""What runs inside somebody's Jupyter. It stays light."""
