"""What servers stand on: ports and addresses, certificates, programs that are kept running."""
