"""What all lists and forms of the administration share."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError, IntegrityError, connection, models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.admin.forms import VersionedForm
from accounts.admin.paginator import BoundedPaginator
from accounts.admin.telling import Fields, changed_fields, tell

if TYPE_CHECKING:
    Base = ModelAdmin[Any]
else:
    Base = ModelAdmin


class SignetAdmin(Base):
    """Lists that stay fast at a million rows, and changes that are told.

    A subclass with `search_fields` defines `find`: how a term becomes a query on an index.
    """

    # Our site shows nothing without this mark; see accounts/admin_site.py.
    keeps_the_rules = True
    form = VersionedForm
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    view_on_site = False
    save_on_top = False
    # Sorting a million rows by a column without an index takes seconds.
    sortable_by = ()
    # Lookups in the address that filter the list.
    lookups: ClassVar[frozenset[str]] = frozenset()
    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}

    def find(self, rows: "QuerySet[Any]", term: str) -> "QuerySet[Any]":
        """The rows a search term means, by an index; `term` is stripped and not empty."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        term = search_term.strip()[:320]
        found = self.find(queryset, term) if term and self.search_fields else queryset
        return found, False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the filters that are shown.

        Django lets whoever sees a list filter it by every column, also by one that is not shown:
        `?password__startswith=…` would tell a hash letter by letter.
        """
        return lookup in self.lookups

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        # Deleting many at once would pass by what deleting one has to do.
        actions.pop("delete_selected", None)
        return actions

    def response_action(  # type: ignore[override]
        self, request: HttpRequest, queryset: "QuerySet[Any]"
    ) -> HttpResponse | None:
        """What is no id at all was not chosen on the page."""
        chosen = request.POST.copy()
        keys = chosen.getlist(ACTION_CHECKBOX_NAME)
        chosen.setlist(ACTION_CHECKBOX_NAME, [key for key in keys if self._is_key(key)])
        request.POST = chosen  # type: ignore[assignment]
        return super().response_action(request, queryset)

    def _is_key(self, text: str) -> bool:
        try:
            self.opts.pk.to_python(text)
        except (ValidationError, ValueError):
            return False
        return True

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and request.method == "POST" and connection.in_atomic_block:
            # Two administrators who save at once come one after the other; the second is told.
            list(self.model._default_manager.select_for_update().filter(pk=obj.pk).values("pk"))
            obj = super().get_object(request, object_id, from_field)
        return obj

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            found = super().changeform_view(request, object_id, form_url, extra_context)
            # Here, because a widget that is given junk for an id fails only when it is drawn.
            return found.render() if isinstance(found, SimpleTemplateResponse) else found
        except (ValidationError, DataError):
            raise BadRequest from None
        except IntegrityError:
            # The form saw no such row, and meanwhile there is one.
            messages.error(request, _("Somebody else made one like this just now. Look again."))
            return redirect(request.path)

    def construct_change_message(  # type: ignore[override]
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Fields:
        return changed_fields(form, formsets or ())

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        tell(request, audit.OBJECT_CREATED, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        if message:
            tell(request, audit.OBJECT_CHANGED, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        for obj in queryset:
            tell(request, audit.OBJECT_DELETED, obj, {})

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Only what was chosen: listing all that hangs on it would read a million rows."""
        names = [str(obj) for obj in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []

    @admin.display(description=gettext_lazy("Kept by apply"), boolean=True)
    def by_apply(self, obj: Any) -> bool:
        """Whether a file has the last word: what is changed here, the next `apply` may undo."""
        return bool(obj.declared)

    def history_term(self, obj: Any) -> str:
        """What to look for in the audit log."""
        return str(obj.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The audit log is the history; Django's own log is not kept."""
        obj = self.get_object(request, object_id)
        if obj is None:
            found: HttpResponseRedirect = self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
                request, self.opts, object_id
            )
            return found
        address = reverse("admin:accounts_auditevent_changelist")
        return redirect(f"{address}?q={self.history_term(obj)}")


class ReadOnlyAdmin(SignetAdmin):
    """For looking only; what may be done is an action that calls the verb for it."""

    list_display_links: Any = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_act(self, request: HttpRequest) -> bool:
        """Whether the person may use the actions, which change something after all."""
        return super().has_change_permission(request)
