"""Everything that runs where participants type. It stays light."""
