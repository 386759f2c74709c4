"""Files on disk and what is in them: storage by content, names that harm nothing, a process that looks inside."""
