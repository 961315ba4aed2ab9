"""Pictures that people add to what they write: made anew from their pixels, kept as files, for whom they are meant."""
