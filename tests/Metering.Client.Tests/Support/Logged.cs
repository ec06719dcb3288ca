using Microsoft.Extensions.Logging;

namespace Metering.Client.Tests.Support;

/// <summary>Remembers the names of what was logged.</summary>
public sealed class Logged : ILogger
{
    private readonly List<string?> _names = [];

    /// <summary>The names of the events, in order.</summary>
    public IReadOnlyList<string?> Names
    {
        get
        {
            lock (_names)
            {
                return [.. _names];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_names)
        {
            _names.Add(eventId.Name);
        }
    }
}
