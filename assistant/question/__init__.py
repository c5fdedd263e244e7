"""Reading questions: what is asked for, of whom, from when."""
