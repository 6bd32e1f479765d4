// Questions about dates on standard input, one JSON object a line; the answers of chinese-days and of the Temporal polyfill on standard
// output, one date a line. usage: node dates.mjs FOLDER, where FOLDER holds node_modules.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2], "package.json"));
const { isWorkday } = require("chinese-days");
const { Temporal } = require("@js-temporal/polyfill");

function workingDaysAfter(date, count) {
    while (count > 0) {
        date = date.add({ days: 1 });
        count -= isWorkday(date.toString()) ? 1 : 0;
    }
    return date;
}

const answers = {
    "后移月": (date, count) => date.add({ months: count }, { overflow: "constrain" }),
    "前移月": (date, count) => date.subtract({ months: count }, { overflow: "constrain" }),
    "后移日": (date, count) => date.add({ days: count }),
    "工作日": workingDaysAfter,
};
const lines = [];
for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    lines.push(answers[question.move](Temporal.PlainDate.from(question.from), question.count).toString());
}
process.stdout.write(lines.join("\n") + "\n");
