using Microsoft.Extensions.Logging;

namespace MeterFunctions.Hosting;

/// <summary>
/// Writes warnings and errors that are logged while no function runs, such as those of a start or of a background service, to the error
/// stream, a line for each. The Functions host drops a log record that belongs to no running function, but it takes what its worker writes
/// to that stream: as a warning where the line has <c>warn</c> in it, as an error where it has <c>error</c>.
/// </summary>
/// <param name="errors">The process's error stream.</param>
[ProviderAlias("OutsideFunctions")]
internal sealed class LogOutsideFunctions(TextWriter errors) : ILoggerProvider, ISupportExternalScope
{
    // The worker puts the id of the function's run under this name into the scope in which it calls the function.
    internal const string InvocationKey = "AzureFunctions_InvocationId";

    private readonly TextWriter _errors = errors;
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc/>
    public void Dispose()
    {
        // The stream is the process's.
    }

    private bool IsInFunction()
    {
        var found = new Found();
        _scopes.ForEachScope(
            static (scope, state) => state.Yes |= scope is IEnumerable<KeyValuePair<string, object>> pairs
                && pairs.Any(static pair => pair.Key == InvocationKey),
            found);
        return found.Yes;
    }

    private sealed class Found
    {
        public bool Yes { get; set; }
    }

    private sealed class Lines(LogOutsideFunctions provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and not LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel) || provider.IsInFunction())
            {
                return;
            }

            // The host takes each line for a record of its own, so an exception with its calls stays on one.
            var what = exception is null ? "" : $" {exception}";
            var line = $"{(logLevel == LogLevel.Warning ? "warning" : "error")}: {category}[{eventId.Id} {eventId.Name}] {formatter(state, exception)}{what}";
            provider._errors.WriteLine(line.ReplaceLineEndings(" "));
        }
    }
}
