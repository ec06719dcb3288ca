using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Metering.Api.Tests.Webhooks;

/// <summary>A real HTTP server that receives webhooks.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedMessage> _messages = new();

    private Receiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hook";

    public IReadOnlyList<ReceivedMessage> Messages => [.. _messages];

    /// <summary>Starts a receiver that answers each message with a status.</summary>
    public static Task<Receiver> StartAsync(Func<ReceivedMessage, int> answer) =>
        StartAsync(message => Task.FromResult(answer(message)));

    /// <summary>Starts a receiver that answers each message with a status, when it likes.</summary>
    public static async Task<Receiver> StartAsync(Func<ReceivedMessage, Task<int>> answer)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new Receiver(app);
        app.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var message = new ReceivedMessage(
                request.Headers["webhook-id"].ToString(),
                request.Headers["webhook-timestamp"].ToString(),
                request.Headers["webhook-signature"].ToString(),
                await reader.ReadToEndAsync());
            receiver._messages.Enqueue(message);
            return Results.StatusCode(await answer(message));
        });
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

internal sealed record ReceivedMessage(string Id, string Timestamp, string Signature, string Body);
