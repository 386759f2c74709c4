"""What comes in and goes out, one noun a file: shared by both transports."""
