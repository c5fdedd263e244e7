"""What a library holds, counted: its themes, years, authors, venues and keywords."""
