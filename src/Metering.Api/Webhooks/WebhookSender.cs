using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>Sends deliveries, signed, one attempt at a time.</summary>
public sealed class WebhookSender : IDisposable
{
    private const int MaxErrorLength = 200;

    // A connection keeps the address that was looked up when it was opened; after this time the receiver's name is asked again.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    // Set on a request for which a connection was opened; one without it went out on a connection that had served before.
    private static readonly HttpRequestOptionsKey<bool> OnNewConnection = new("MeterFunctions.OnNewConnection");

    private readonly HttpClient _client;
    private readonly HttpClient _unpooled;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly RetryTime _retryTime;
    private readonly SeldomLog _log;

    /// <summary>A sender with the configured limits.</summary>
    public WebhookSender(IOptions<WebhookOptions> options, TimeProvider time, SeldomLog log)
    {
        _log = log;
        _options = options.Value;
        _time = time;
        _retryTime = new RetryTime(time);
        _client = Client(ConnectionLifetime);
        _unpooled = Client(TimeSpan.Zero);
    }

    /// <summary>Sends a delivery once.</summary>
    /// <returns>
    /// The delivery as it stands then: delivered, to be tried again, or failed when it has been tried for long enough or the receiver is
    /// gone for good (410).
    /// </returns>
    /// <exception cref="OperationCanceledException">The caller stopped it; nothing is known of the attempt.</exception>
    public async Task<Delivery> SendAsync(Webhook webhook, Delivery delivery, CancellationToken cancellationToken)
    {
        var attempted = await TryAsync(webhook, delivery, cancellationToken).ConfigureAwait(false);
        ApiMetrics.Attempted(attempted);
        if (attempted.LastError is not null)
        {
            _log.DeliveryFailed(attempted);
        }

        return attempted;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _unpooled.Dispose();
    }

    private async Task<Delivery> TryAsync(Webhook webhook, Delivery delivery, CancellationToken cancellationToken)
    {
        var now = UtcJsonConverter.WholeMilliseconds(_time.GetUtcNow());
        var over = TimeSpan.FromHours(_options.RetryHours);
        var (status, error) = await AttemptAsync(webhook, delivery, now, cancellationToken).ConfigureAwait(false);
        var attempted = delivery with
        {
            Attempts = delivery.Attempts + 1,
            // One that was tried before the first attempt was noted goes on counting from when it was made.
            FirstAttemptAt = delivery.Attempts == 0
                ? UtcJsonConverter.WholeMilliseconds(_retryTime.Now)
                : delivery.FirstAttemptAt ?? delivery.CreatedAt,
            LastAttemptAt = now,
            LastStatus = status,
            LastError = error,
            NextAttemptAt = null,
        };
        if (error is null)
        {
            return attempted with { Status = DeliveryStatus.Delivered };
        }

        // Standard Webhooks: who answers 410 wants no more messages.
        var next = status == (int)HttpStatusCode.Gone
            ? null
            : DeliverySchedule.Next(
                attempted.Attempts, _retryTime.Since(attempted.FirstAttemptAt.Value), now, over, Random.Shared.NextDouble());
        return next is null
            ? attempted with { Status = DeliveryStatus.Failed }
            : attempted with { NextAttemptAt = UtcJsonConverter.WholeMilliseconds(next.Value) };
    }

    private HttpClient Client(TimeSpan lifetime) => new(new SocketsHttpHandler
    {
        // A redirect could lead to an address that nobody checked, and a proxy would look the name up again.
        AllowAutoRedirect = false,
        UseProxy = false,
        // All webhooks share the client: a cookie that one has got would go out with the messages of another to the same host.
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(_options.TimeoutSeconds),
        // Not bounded here: an attempt's time would pass while it waits for a connection, and the receiver be blamed for it. How many are
        // under way to a webhook is bounded by the hosts.
        PooledConnectionLifetime = lifetime,
        ConnectCallback = (context, cancellationToken) =>
        {
            context.InitialRequestMessage.Options.Set(OnNewConnection, true);
            return ReceiverAddress.ConnectAsync(context.DnsEndPoint, _options.AllowPrivateAddresses, cancellationToken);
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(_options.TimeoutSeconds),
    };

    private async Task<(int? Status, string? Error)> AttemptAsync(
        Webhook webhook, Delivery delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            // Only the status counts; the body is not read, so no receiver can make us hold one.
            using var response = await PostAsync(webhook, delivery, now, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return (status, response.IsSuccessStatusCode ? null : $"The receiver answered {status}.");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // HttpClient tells its own time-out in this way; a stop by the caller is let through, as nothing is known of the attempt then.
            return (null, $"The receiver did not answer within {_options.TimeoutSeconds} s.");
        }
        catch (HttpRequestException failure)
        {
            var why = failure.Message;
            return (null, why.Length <= MaxErrorLength ? why : why[..MaxErrorLength]);
        }
    }

    // Receivers close connections when they like; one on HTTP/1.0 does after every answer. A connection that we kept may be closed just
    // when it is used again: the receiver has then not seen the message, and would wait for the next attempt for nothing. So it is sent
    // once more at once, on a connection of its own. Where the receiver had seen it after all, it knows it by its id.
    private async Task<HttpResponseMessage> PostAsync(
        Webhook webhook, Delivery delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var request = Request(webhook, delivery, now);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException failure) when (IsClosed(failure) && !request.Options.TryGetValue(OnNewConnection, out _))
        {
            using var again = Request(webhook, delivery, now);
            return await _unpooled.SendAsync(again, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsClosed(HttpRequestException failure) =>
        failure.HttpRequestError is HttpRequestError.ResponseEnded || failure.InnerException is IOException;

    private static HttpRequestMessage Request(Webhook webhook, Delivery delivery, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url)
        {
            Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("webhook-id", delivery.MessageId);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(webhook.Secrets, delivery.MessageId, now, delivery.Body));
        request.Headers.UserAgent.ParseAdd("MeterFunctions-Webhooks/1.0");
        return request;
    }
}
