using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;
using Spectre.Console;

namespace Metering.Cli.Webhooks;

/// <summary>A receiver of webhooks on this machine, to see what comes.</summary>
internal static class ListenCommand
{
    private const string SecretVariable = "METERING_WEBHOOK_SECRET";
    private const int MaxBodyBytes = 1024 * 1024;

    private static readonly Option<int> Port = new("--port") { Description = "The port on this machine.", DefaultValueFactory = _ => 8085 };

    private static readonly Option<string> Secret = new("--secret")
    {
        Description = $"The signing secret, whsec_… (default: {SecretVariable}). Not needed with --register.", HelpName = "secret",
    };

    private static readonly Option<bool> Register = new("--register")
    {
        Description = "Create a webhook at the meter for as long as this runs. The meter must be able to reach this machine, and must allow private addresses.",
    };

    private static readonly Option<string> Address = new("--address")
    {
        Description = "With --register: how the meter reaches this machine (default: http://127.0.0.1:PORT/).", HelpName = "address",
    };

    private static readonly Option<string[]> Signals = new("--signal", "-s") { Description = "With --register: only these signals.", HelpName = "name" };
    private static readonly Option<int?> Count = new("--count", "-n") { Description = "Exit after this many messages." };
    private static readonly Option<bool> Body = new("--body") { Description = "Show the whole body of each message." };

    public static Command Create() => new Command(
        "listen", "Receives webhooks on this machine, verifies their signatures, and prints them. Answers 204 to genuine messages, and 401 to all others.")
        .With(Port, Secret, Register, Address, Signals, Count, Body)
        .Does(ListenAsync);

    private static async Task ListenAsync(Session session, CancellationToken stop)
    {
        var given = session.Value(Secret) ?? session.Around.Variable(SecretVariable);
        var key = given is null ? null : Signature.Key(given);
        if (key is null && (given is not null || !session.Value(Register)))
        {
            throw new ToolException(ExitCode.WrongInput, given is null
                ? $"Give the signing secret with --secret whsec_… or {SecretVariable}, or create a temporary webhook with --register."
                : "That is not a webhook secret: one is whsec_ and the key in base64.");
        }

        using var receiver = new HttpListener { Prefixes = { $"http://localhost:{session.Value(Port)}/", $"http://127.0.0.1:{session.Value(Port)}/" } };
        try
        {
            receiver.Start();
        }
        catch (HttpListenerException taken)
        {
            throw new ToolException(ExitCode.File, $"Port {session.Value(Port)} can't be used ({taken.Message}). Choose another with --port.");
        }

        var webhook = session.Value(Register) ? await RegisterAsync(session, given, stop).ConfigureAwait(false) : null;
        session.Screen.Note($"Listening on http://127.0.0.1:{session.Value(Port)}/"
            + (webhook is null ? "." : $" as {webhook.Id}.") + " Ctrl+C stops it.");
        try
        {
            await ReceiveAsync(session, receiver, key ?? Signature.Key(webhook!.Secret!)!, stop).ConfigureAwait(false);
        }
        finally
        {
            if (webhook is not null)
            {
                // Also when it was stopped: nobody listens at that address any more.
                await session.Admin.Webhooks.DeleteAsync(webhook.Id, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static Task<Webhook> RegisterAsync(Session session, string? secret, CancellationToken stop)
    {
        var url = session.Value(Address) ?? $"http://127.0.0.1:{session.Value(Port)}/";
        return session.Admin.Webhooks.CreateAsync(
            new WebhookChange { Url = url, Secret = secret, Events = session.Value(Signals) ?? [] }, cancellationToken: stop);
    }

    private static async Task ReceiveAsync(Session session, HttpListener receiver, byte[] key, CancellationToken stop)
    {
        for (var left = session.Value(Count) ?? int.MaxValue; left > 0;)
        {
            var call = await receiver.GetContextAsync().WaitAsync(stop).ConfigureAwait(false);
            left -= await TakeAsync(session, call, key, stop).ConfigureAwait(false) ? 1 : 0;
        }
    }

    private static async Task<bool> TakeAsync(Session session, HttpListenerContext call, byte[] key, CancellationToken stop)
    {
        using var answer = call.Response;
        // The answer has gone when the connection is closed, also where the listener ends right after it.
        answer.KeepAlive = false;
        if (call.Request.HttpMethod != "POST" || call.Request.ContentLength64 > MaxBodyBytes)
        {
            answer.StatusCode = call.Request.HttpMethod == "POST" ? 413 : 405;
            return false;
        }

        var body = new MemoryStream();
        var piece = new byte[16 * 1024];
        while (await call.Request.InputStream.ReadAsync(piece, stop).ConfigureAwait(false) is > 0 and var count)
        {
            if (body.Length + count > MaxBodyBytes)
            {
                answer.StatusCode = 413;
                return false;
            }

            body.Write(piece, 0, count);
        }

        var (bytes, headers) = (body.ToArray(), call.Request.Headers);
        var why = Signature.WhyNot(
            key, headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], bytes, session.Around.Clock.GetUtcNow());
        answer.StatusCode = why is null ? 204 : 401;
        Show(session, headers["webhook-id"], why, bytes);
        return true;
    }

    private static void Show(Session session, string? id, string? why, byte[] bytes)
    {
        JsonElement? body = null;
        try
        {
            body = JsonElement.Parse(bytes);
        }
        catch (JsonException)
        {
            why ??= "its body is not JSON";
        }

        if (session.Screen.IsJson)
        {
            session.Screen.Line(new { webhook_id = id, verified = why is null, why_not = why, body });
            return;
        }

        var line = new Paragraph()
            .Append(Cells.Second(session.Around.Clock.GetUtcNow()) + "  ")
            .Append(why is null ? "✓ " : "✗ ", new Style(why is null ? Color.Green : Color.Red))
            .Append($"{Text(body, "type") ?? "no type"}  {Text(body, "license_id") ?? Text(body, "data", "license_id") ?? "-"}  {id ?? "no id"}");
        session.Screen.Show(line.Append(why is null ? "\n" : $"  refused: {why}\n"));
        if (session.Value(Body))
        {
            session.Around.Output.WriteLine(body is { } json
                ? JsonSerializer.Serialize(json, ToolJson.Indented)
                : Encoding.UTF8.GetString(bytes));
        }

        session.Around.Output.Flush();
    }

    private static string? Text(JsonElement? body, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            body = body is { ValueKind: JsonValueKind.Object } at && at.TryGetProperty(name, out var inner) ? inner : null;
        }

        return body?.ToString();
    }
}
