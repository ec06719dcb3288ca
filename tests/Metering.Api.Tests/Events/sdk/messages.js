// Prints what the official SDK makes of events: one message for each event and content mode, as JSON.
const { CloudEvent, HTTP } = require("cloudevents");

const usage = { type: "api_calls", subject: "tenant_acme", time: "2026-11-21T09:00:00.000Z", data: { quantity: 2, user_id: "user_1" } };
const events = [
  { ...usage, id: "A-1", source: "/billing" },
  { ...usage, id: "A-2", source: "https://example.com/a%20b?x=y" },
  { ...usage, id: "100%", source: "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66" },
  { ...usage, id: 'a "quoted" id', source: "https://example.com/caf%C3%A9/%2F" },
  { ...usage, id: "A-5", source: "mailto:someone@example.com", comexampleextension: "value", traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
  { ...usage, id: "A-6", source: "/binary", data: new Uint8Array(Buffer.from('{"quantity":2}')) },
].map((event) => new CloudEvent(event));

const bytes = (message) => ({ headers: message.headers, body: Buffer.from(message.body ?? "").toString("base64") });
console.log(JSON.stringify({
  binary: events.map((event) => bytes(HTTP.binary(event))),
  structured: events.map((event) => bytes(HTTP.structured(event))),
}));
