"""The rules, one noun a file: plain async functions that know neither Quart nor Socket.IO."""
