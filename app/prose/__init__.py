"""Words that people write, made into HTML that is safe to show: the only place such HTML comes from.

`rendering` is the door: bounds, formats, and always the sanitiser last. Behind it stand `parser` and `finishing`
(Markdown), `plain`, `imported` (HTML of other systems), `addresses` (links and mentions in running text), `highlight`
(code), `page_rules` (headings, pictures) and `sanitise` (the allow-lists). `extract` leads back to text, `language`
tells which one. Who may be mentioned, and where they live, is left to the caller.
"""
