"""Reports as files: Markdown, HTML, JSON, CSV, BibTeX, and through pandoc DOCX, LaTeX and PDF."""
