"""One kind of object a file; here the order in which they are written."""

from oauth.declaration.kind import Kind
from oauth.declaration.kinds import client, group, resource, role, user

KINDS: tuple[Kind, ...] = (role.KIND, group.KIND, resource.KIND, client.KIND, user.KIND)
BY_SECTION = {kind.section: kind for kind in KINDS}
