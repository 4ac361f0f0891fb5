// Files a report as a program of a project's would: gets a key, finds what is owed, files, attaches
// evidence, and reads why the report was given back. `schema.d.ts` is generated from /openapi.json.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Content = components["schemas"]["ReportContent"];

const base = process.env["FIVEONE"] ?? "http://127.0.0.1:8080";
const password = process.env["PASSWORD"] ?? "";

function demand<T>(what: string, answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${what}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function client(token: string) {
  return createClient<paths>({
    baseUrl: base,
    headers: { authorization: `Bearer ${token}`, "accept-language": "en" },
  });
}

/** Signs somebody of the demo in and makes a key for the programs of theirs. */
async function keyOf(name: string): Promise<string> {
  const stranger = createClient<paths>({ baseUrl: base });
  const body = { email: `${name}@demo.fiveone`, password };
  const tokens = demand("sign in", await stranger.POST("/api/v1/sessions", { body }));
  const expires = new Date(Date.parse(process.env["NOW"] ?? "") + 30 * 86_400_000);
  const key = demand(
    "key",
    await client(tokens.access_token).POST("/api/v1/api-keys", {
      body: { name: "typescript", expires_on: expires.toISOString().slice(0, 10) },
    }),
  );
  if (!key.key) throw new Error("a new key is shown");
  return key.key;
}

const owner = client(await keyOf("owner"));
const county = client(await keyOf("county"));

const owed = demand(
  "deadlines",
  await owner.GET("/api/v1/deadlines", { params: { query: { mine: true } } }),
);
for (const one of owed.items) console.log(`${one.due_on} ${one.title} (${one.project.name})`);

const quarter = process.env["QUARTER"] ?? "";
const id = process.env["PROJECT"] ?? owed.items.find((one) => one.kind === "report")?.project.id;
if (id === undefined) throw new Error("no report is owed");
const path = { id, quarter };

const reports = demand(
  "reports",
  await owner.GET("/api/v1/projects/{id}/reports", { params: { path: { id } } }),
);
const filed = reports.items.find((one) => one.quarter < quarter && one.number > 0);
if (filed === undefined) throw new Error("nothing was filed before");
const last = demand(
  "last report",
  await owner.GET("/api/v1/projects/{id}/reports/{quarter}", {
    params: { path: { id, quarter: filed.quarter } },
  }),
).content;
if (!last) throw new Error("the last report has content");
const blockers = demand(
  "blockers",
  await owner.GET("/api/v1/blockers", { params: { query: { project: id } } }),
).items.filter((one) => one.state !== "closed" && one.state !== "withdrawn");

const seen = await owner.GET("/api/v1/projects/{id}/reports/{quarter}", { params: { path } });
const begun = demand("report", seen).state !== "missing";
const content: Content = {
  invested_quarter_yuan: 6_000_000,
  invested_year_yuan: last.invested_year_yuan + 6_000_000,
  invested_total_yuan: last.invested_total_yuan + 6_000_000,
  physical_percent: last.physical_percent + 1,
  progress: "三层主体结构完成，设备招标文件已备案，安全生产和工程质量总体受控。",
  problems: { none: blockers.length === 0, blocker_ids: blockers.map((one) => one.id) },
  next_steps: [{ action: "主体结构封顶", person: "周工", by: "2026-12-20" }],
  rating: "yellow",
  rating_reason: "用地指标尚待市级调剂。",
  recovery: { cause: "用地指标未落实", action: "报请市级调剂", person: "周工", by: "2026-11-30" },
};
const etag = seen.response.headers.get("etag");
const headers = begun && etag !== null ? { "If-Match": etag } : {};
const draft = demand(
  "draft",
  await owner.PUT("/api/v1/projects/{id}/reports/{quarter}", {
    params: { path, header: headers },
    body: content,
  }),
);
const hard = draft.checks.filter((check) => check.severity === "hard");
if (hard.length > 0) throw new Error(`the checks find ${JSON.stringify(hard)}`);
const soft = draft.checks.map((check) => [check.code, "已与专班核实。"] as const);
if (soft.length > 0) {
  demand(
    "explanations",
    await owner.PUT("/api/v1/projects/{id}/reports/{quarter}", {
      params: { path, header: { "If-Match": await version() } },
      body: { ...content, explanations: Object.fromEntries(soft) },
    }),
  );
}

async function version(): Promise<string> {
  const now = await owner.GET("/api/v1/projects/{id}/reports/{quarter}", { params: { path } });
  return now.response.headers.get("etag") ?? "";
}

if (!draft.id) throw new Error("a begun report has an id");
const invoice = new File([`发票 ${new Date().toISOString()}\n`], "发票.txt", { type: "text/plain" });
const attached = demand(
  "attachment",
  await owner.POST("/api/v1/attachments", {
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
    body: { file: "", subject: "report", subject_id: draft.id },
    bodySerializer: (body) => {
      const form = new FormData();
      form.set("subject", body.subject);
      form.set("subject_id", body.subject_id);
      form.set("file", invoice);
      return form;
    },
  }),
);
const read = await owner.GET("/api/v1/attachments/{id}", {
  params: { path: { id: attached.id } },
  parseAs: "text",
});
if (!demand("download", read).startsWith("发票")) throw new Error("another file came back");

const submitted = demand(
  "submission",
  await owner.POST("/api/v1/projects/{id}/reports/{quarter}/submission", {
    params: { path, header: { "Idempotency-Key": crypto.randomUUID() } },
  }),
);
if (submitted.state !== "submitted") throw new Error(`it is ${submitted.state}`);

demand(
  "return",
  await county.POST("/api/v1/projects/{id}/reports/{quarter}/return", {
    params: { path },
    body: { reasons: [{ pointer: "/progress", note: "请补充监理月报。" }] },
  }),
);
const returned = demand(
  "returned report",
  await owner.GET("/api/v1/projects/{id}/reports/{quarter}", { params: { path } }),
);
const reasons = returned.versions.at(-1)?.reasons ?? [];
console.log(`${returned.state}: ${reasons.map((one) => `${one.pointer} ${one.note}`).join("; ")}`);
if (returned.state !== "returned" || reasons[0]?.note !== "请补充监理月报。") {
  throw new Error("the report was given back with its reason");
}

// A refusal is a value with a stable code, not an exception.
const refused = await owner.GET("/api/v1/projects/{id}", {
  params: { path: { id: "0199b2f0-7c11-7e0a-b2a4-5f2d3c1e9a77" } },
});
if (refused.error?.code !== "project.missing") throw new Error("a refusal has its code");
