using Microsoft.Extensions.Logging;

namespace Metering.Client.Tests.Support;

/// <summary>Remembers what was logged.</summary>
public sealed class Logged : ILogger
{
    private readonly List<(string? Name, Exception? Failure)> _lines = [];

    /// <summary>The names of the events, in order.</summary>
    public IReadOnlyList<string?> Names
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines.Select(line => line.Name)];
            }
        }
    }

    /// <summary>What the last line of that name says has failed.</summary>
    public Exception? FailureOf(string name)
    {
        lock (_lines)
        {
            return _lines.FindLast(line => line.Name == name).Failure;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add((eventId.Name, exception));
        }
    }
}
