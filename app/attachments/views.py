"""Adding a picture, its owner's page, and the picture itself. Parse, call, answer."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.attachments import files, policy, queries, services
from app.attachments.addresses import address_of, markdown_for
from app.attachments.forms import DescribeForm, PictureForm
from app.attachments.making import made_anew
from app.attachments.models import Attachment
from app.errors import Invalid, NotFound
from app.verdict import require
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.uploads import takes_up_to

bp = Blueprint("attachments", __name__, url_prefix="/files")

MOST_BYTES = 10_000_000
# A deleted picture is gone from everybody's cache after this.
KEPT_S = 86_400
ALONE = "default-src 'none'; sandbox"

Answered = str | Response | tuple[str, int] | tuple[Response, int]


@bp.get("/new")
@signed_in
def new() -> Answered:
    """The page to add a picture on, for who has no scripts."""
    require(policy.can_add(actor()))
    return render_template("attachments/new.html", form=PictureForm(formdata=None))


@bp.post("")
@signed_in
@takes_up_to(MOST_BYTES)
def add() -> Answered:
    """Add a picture: from the page above, or from the editor, which asks for JSON."""
    throttle.count("picture_by_person", str(actor().person_id))
    require(policy.can_add(actor()))
    form, for_editor = PictureForm(), request.headers.get("X-Fragment") == "1"
    if form.validate():
        try:
            picture = made_anew(form.picture.data.stream.read())
            made = services.add_picture(actor(), picture, alternative_text=form.alternative_text.data or "")
        except Invalid as error:
            attach(form, error)
        else:
            if for_editor:
                return jsonify(address=address_of(made), markdown=markdown_for(made)), 201
            return see_other(url_for(".own", public_id=made.public_id))
    if for_editor:
        return jsonify(sentence=" ".join(str(said) for field in form for said in field.errors)), 422
    return render_template("attachments/new.html", form=form), 422


@bp.get("/<public_id>")
@signed_in
def own(public_id: str) -> Answered:
    """A picture's page for its owner: the line that shows it, its description, and the way to be rid of it."""
    found = queries.own_picture(actor(), public_id)
    return _own_page(found, DescribeForm(formdata=None, alternative_text=found.alternative_text))


@bp.post("/<public_id>")
@signed_in
def describe(public_id: str) -> Answered:
    """Say what a picture shows."""
    throttle.count("edit_by_person", str(actor().person_id))
    found, form = queries.own_picture(actor(), public_id), DescribeForm()
    if form.validate():
        try:
            services.describe(actor(), found, form.alternative_text.data or "")
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The description is saved."), "good")
            return see_other(url_for(".own", public_id=public_id))
    return _own_page(found, form), 422


@bp.post("/<public_id>/delete")
@signed_in
def delete(public_id: str) -> Answered:
    """Delete a picture for good."""
    services.remove(actor(), queries.own_picture(actor(), public_id))
    flash(_("The picture is deleted. Texts show its description where it stood."), "good")
    return see_other(url_for(".new"))


@bp.get("/<public_id>/<name>")
@public
def picture(public_id: str, name: str) -> Answered:
    """The picture itself, where nothing can run, whatever a browser takes it for."""
    found = queries.picture_for(actor(), public_id)
    path = files.path_of(found.attachment.public_id)
    if name != found.attachment.name or not path.exists():
        raise NotFound
    response = send_file(path, found.attachment.media_type, download_name=name, etag=public_id, conditional=True)
    response.headers["Content-Security-Policy"] = ALONE
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = (
        f"public, max-age={KEPT_S}, immutable" if found.is_public else "private, no-store"
    )
    return response


def _own_page(found: Attachment, form: DescribeForm) -> str:
    return render_template(
        "attachments/own.html",
        picture=found,
        address=address_of(found),
        markdown=markdown_for(found),
        uses=queries.uses_of(found),
        form=form,
    )
