using System.Diagnostics;

namespace Metering.Client;

/// <summary>A call about use, as a span and a count. Its retries are the HTTP client's spans below it.</summary>
internal readonly struct ClientCall : IDisposable
{
    private readonly string _name;
    private readonly string _feature;
    private readonly Activity? _span;

    private ClientCall(string name, string feature)
    {
        (_name, _feature) = (name, feature);
        _span = ClientMetrics.Source.StartActivity("metering.client." + name, ActivityKind.Client);
        _span?.SetTag("metering.feature", feature);
    }

    /// <summary>Starts the span, if anybody listens.</summary>
    /// <param name="name">What it does: <c>consume</c>.</param>
    /// <param name="feature">The feature's code.</param>
    public static ClientCall Begin(string name, string feature) => new(name, feature);

    /// <summary>Ends it with what the meter said.</summary>
    public void Answered(bool allowed, string? refusal) => End(allowed ? "allowed" : "refused", refusal);

    /// <summary>Ends it without an answer. That is an error of the span; a refusal is none.</summary>
    public void Failed(Exception failure)
    {
        _span?.SetStatus(ActivityStatusCode.Error, failure.Message);
        End(failure is MeteringUnavailableException ? "unavailable" : "problem", (failure as MeteringProblemException)?.Code);
    }

    /// <inheritdoc/>
    public void Dispose() => _span?.Dispose();

    private void End(string outcome, string? code)
    {
        ClientMetrics.Called(_name, _feature, outcome);
        _span?.SetTag("metering.outcome", outcome);
        if (code is not null)
        {
            _span?.SetTag("metering.code", code);
        }
    }
}
