"""When records are of one paper: found, told apart, joined. Pure: nothing here knows of a library."""
