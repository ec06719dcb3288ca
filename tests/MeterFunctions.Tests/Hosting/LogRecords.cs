using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Tests.Hosting;

/// <summary>Keeps the texts of what is logged.</summary>
internal sealed class LogRecords : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _texts = [];

    public IEnumerable<string> Texts => _texts;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _texts.Enqueue(formatter(state, exception));

    public void Dispose()
    {
        // Nothing is held.
    }
}
