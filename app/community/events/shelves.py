"""Facts about the shelves on which questions stand: tags and categories."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("tag_described")
class TagDescribed(Fact):
    """Somebody said what a tag is about."""

    tag_id: int


@fact("synonym_added")
class SynonymAdded(Fact):
    """Another name leads to a tag."""

    tag_id: int
    synonym_id: int


@fact("synonym_removed")
class SynonymRemoved(Fact):
    """A name no longer leads to a tag."""

    tag_id: int
    synonym_id: int


@fact("tag_renamed")
class TagRenamed(Fact):
    """A tag has the name that was its other one, and the other way round."""

    tag_id: int
    synonym_id: int


@fact("tags_merged")
class TagsMerged(Fact):
    """What carried a tag carries another one, which it is another name of now."""

    tag_id: int
    into_tag_id: int
    questions: int


@fact("tags_parted")
class TagsParted(Fact):
    """A tag that had been merged stands for itself again."""

    tag_id: int
    from_tag_id: int
    questions: int


@fact("tag_retired")
class TagRetired(Fact):
    """A tag is put on nothing new; with `is_retired` false: it is used again."""

    tag_id: int
    is_retired: bool


@fact("category_made")
class CategoryMade(Fact):
    """There is a new category."""

    category_id: int


@fact("category_changed")
class CategoryChanged(Fact):
    """A category says something else, asks something else of evidence, or stands in another place."""

    category_id: int


@fact("category_closed")
class CategoryClosed(Fact):
    """A category takes no new questions; with `is_closed` false: it does again."""

    category_id: int
    is_closed: bool


@fact("categories_merged")
class CategoriesMerged(Fact):
    """What stood in a category stands in another one, which took over its address too."""

    category_id: int
    into_category_id: int
    questions: int


@fact("categories_parted")
class CategoriesParted(Fact):
    """A category that had been merged is there again."""

    category_id: int
    from_category_id: int
    questions: int
