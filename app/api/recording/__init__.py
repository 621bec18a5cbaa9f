"""Routes of recording: actions alone, in batches and in files; read, explained and reversed."""
