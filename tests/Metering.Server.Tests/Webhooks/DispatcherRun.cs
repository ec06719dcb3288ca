using Metering.Api;
using Metering.Server.Loops;
using Metering.Server.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Metering.Server.Tests.Webhooks;

/// <summary>A dispatcher that works when the test says so.</summary>
internal sealed class DispatcherRun : IDisposable
{
    private readonly Dictionary<int, string> _secrets = [];
    private readonly WebhookSender _sender;
    private readonly WebhookDispatcher _dispatcher;

    public DispatcherRun(string file, MemoryOutbox signals, WebhookOptions options, TimeProvider time)
    {
        Store = new WebhookStore(file, outbox: signals);
        _sender = new WebhookSender(
            Options.Create(options), time, new SeldomLog(NullLogger<SeldomLog>.Instance, time));
        _dispatcher = new WebhookDispatcher(
            signals, Store, _sender, Options.Create(options), time, Loops, NullLogger<WebhookDispatcher>.Instance);
    }

    public WebhookStore Store { get; }

    public LoopStatuses Loops { get; } = new();

    public WebhookDispatcher Dispatcher => _dispatcher;

    public string Secret(int webhook)
    {
        if (!_secrets.TryGetValue(webhook, out var secret))
        {
            _secrets[webhook] = secret = WebhookSignature.NewSecret();
        }

        return secret;
    }

    /// <summary>Works until nothing is due.</summary>
    public async Task PumpAsync()
    {
        var before = -1;
        while (before != _dispatcher.Started)
        {
            before = _dispatcher.Started;
            await _dispatcher.WorkAsync(CancellationToken.None);
            await _dispatcher.WaitForAttemptsAsync();
        }
    }

    public void Dispose()
    {
        _dispatcher.Dispose();
        _sender.Dispose();
        Store.Dispose();
    }
}
