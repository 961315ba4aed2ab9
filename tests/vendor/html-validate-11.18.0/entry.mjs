/* The entry from which html-validate.mjs beside it was bundled; docs/development.md says how. Pages as JSON in, complaints as JSON out. */
import { HtmlValidate, StaticConfigLoader } from "html-validate";
const config = { extends: ["html-validate:standard"] };
const pages = JSON.parse(await new Promise((resolve) => { let read = ""; process.stdin.on("data", (part) => { read += part; }).on("end", () => resolve(read)); }));
const validator = new HtmlValidate(new StaticConfigLoader(config));
const said = {};
for (const [name, html] of Object.entries(pages)) {
  const report = await validator.validateString(html);
  said[name] = report.results.flatMap((result) => result.messages.map((each) => `${each.line}:${each.column} ${each.ruleId}: ${each.message}`));
}
process.stdout.write(JSON.stringify(said));
