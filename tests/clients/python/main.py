"""Files a report as a program of a project's would: gets a key, finds what is owed, files, attaches
evidence, and reads why the report was given back. `fiveone_client` is generated from /openapi.json."""

import os
import uuid
from datetime import date, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any, TypeVar

from fiveone_client import AuthenticatedClient, Client
from fiveone_client.api.attachments import attachments_attach, attachments_download
from fiveone_client.api.blockers import blockers_list
from fiveone_client.api.deadlines import deadlines_list
from fiveone_client.api.people import people_make_key, people_sign_in
from fiveone_client.api.reports import (
    reports_draft,
    reports_get_one,
    reports_give_back,
    reports_of_project,
    reports_submit,
)
from fiveone_client import models
from fiveone_client.types import UNSET, File, Response

BASE = os.environ["FIVEONE"]
QUARTER = os.environ["QUARTER"]
NOTE = "请补充监理月报。"

T = TypeVar("T")


def demand(what: str, answer: Response[Any], kind: type[T]) -> T:
    """Returns what a call answered, or ends the program with the problem it told."""
    if not isinstance(answer.parsed, kind):
        raise SystemExit(f"{what}: {answer.status_code} {answer.content.decode()}")
    return answer.parsed


def client(token: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=BASE, token=token, headers={"accept-language": "en"})


def key_of(name: str) -> str:
    """Signs somebody of the demo in and makes a key for the programs of theirs."""
    signing = models.SignIn(email=f"{name}@demo.fiveone", password=os.environ["PASSWORD"])
    tokens = demand("sign in", people_sign_in.sync_detailed(client=Client(base_url=BASE), body=signing), models.Tokens)
    expires = datetime.fromisoformat(os.environ["NOW"]).date() + timedelta(days=30)
    wish = models.NewKey(name="python", expires_on=expires)
    made = demand("key", people_make_key.sync_detailed(client=client(tokens.access_token), body=wish), models.KeyView)
    assert isinstance(made.key, str), "a new key is shown"
    return made.key


owner, county = client(key_of("owner")), client(key_of("county"))

owed = demand("deadlines", deadlines_list.sync_detailed(client=owner, mine=True), models.PageDeadlineView)
for one in owed.items:
    print(one.due_on, one.title, f"({one.project.name})")
wanted = os.environ.get("PROJECT")
project = (
    uuid.UUID(wanted)
    if wanted
    else next(one.project.id for one in owed.items if one.kind == models.DeadlineKind.REPORT)
)

reports = demand("reports", reports_of_project.sync_detailed(project, client=owner), models.PageReportLine)
before = next(one for one in reports.items if one.quarter < QUARTER and one.number > 0)
last = demand("last", reports_get_one.sync_detailed(project, before.quarter, client=owner), models.Report).content
assert isinstance(last, models.ReportContent)
every = demand("blockers", blockers_list.sync_detailed(client=owner, project=project), models.PageBlockerView)
over = (models.BlockerState.CLOSED, models.BlockerState.WITHDRAWN)
blockers = [one.id for one in every.items if one.state not in over]

content = models.ReportContent(
    invested_quarter_yuan=6_000_000,
    invested_year_yuan=last.invested_year_yuan + 6_000_000,
    invested_total_yuan=last.invested_total_yuan + 6_000_000,
    physical_percent=last.physical_percent + 1,
    progress="三层主体结构完成，设备招标文件已备案，安全生产和工程质量总体受控。",
    problems=models.Problems(none=not blockers, blocker_ids=blockers),
    next_steps=[models.NextStep(action="主体结构封顶", person="周工", by=date(2026, 12, 20))],
    rating=models.Rating.YELLOW,
    rating_reason="用地指标尚待市级调剂。",
    recovery=models.Recovery(cause="用地指标未落实", action="报请市级调剂", person="周工", by=date(2026, 11, 30)),
)


def put(body: models.ReportContent) -> models.Report:
    """Keeps the draft over the version there is."""
    seen = reports_get_one.sync_detailed(project, QUARTER, client=owner)
    begun = demand("report", seen, models.Report).state != models.ReportState.MISSING
    version = seen.headers["etag"] if begun else UNSET
    kept = reports_draft.sync_detailed(project, QUARTER, client=owner, body=body, if_match=version)
    return demand("draft", kept, models.Report)


draft = put(content)
hard = [check.detail for check in draft.checks if check.severity == models.FindingSeverity.HARD]
assert not hard, hard
if draft.checks:
    said = {check.code: "已与专班核实。" for check in draft.checks}
    content.explanations = models.ReportContentExplanationsType0.from_dict(said)
    put(content)

assert isinstance(draft.id, uuid.UUID), "a begun report has an id"
invoice = f"发票 {uuid.uuid4()}\n".encode()
form = models.AttachmentsAttachBody(
    file=File(payload=BytesIO(invoice), file_name="invoice.txt", mime_type="text/plain"),
    subject=models.AttachmentSubject.REPORT,
    subject_id=draft.id,
)
sent = attachments_attach.sync_detailed(client=owner, body=form, idempotency_key=str(uuid.uuid4()))
attached = demand("attachment", sent, models.Attachment)
read = attachments_download.sync_detailed(attached.id, client=owner)
assert read.content == invoice, "another file came back"

once = str(uuid.uuid4())
for _ in range(2):
    answer = reports_submit.sync_detailed(project, QUARTER, client=owner, idempotency_key=once)
    assert demand("submission", answer, models.Report).state == models.ReportState.SUBMITTED

reasons = models.ReportReturn(reasons=[models.ReturnReason(pointer="/progress", note=NOTE)])
demand("return", reports_give_back.sync_detailed(project, QUARTER, client=county, body=reasons), models.Report)
returned = demand("returned", reports_get_one.sync_detailed(project, QUARTER, client=owner), models.Report)
told = returned.versions[-1].reasons
print(returned.state.value, *(f"{one.pointer} {one.note}" for one in told))
assert returned.state == models.ReportState.RETURNED and told[0].note == NOTE

# A refusal is a value with a stable code.
refused = reports_submit.sync_detailed(project, "2025Q1", client=county)
assert refused.status_code == HTTPStatus.FORBIDDEN
assert isinstance(refused.parsed, models.Problem) and refused.parsed.code == "act.forbidden"
