namespace Metering.Reports;

/// <summary>An export can't be made; the message says why, for whoever reads the export's answer.</summary>
public sealed class ExportFailedException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="code">Why, as one of <see cref="ExportFailure"/>.</param>
    /// <param name="message">Why, for people.</param>
    /// <param name="innerException">What it came from.</param>
    public ExportFailedException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>Says only that it is so.</summary>
    public ExportFailedException()
        : this(ExportFailure.Fault, "The export failed.")
    {
    }

    /// <summary>Says why.</summary>
    public ExportFailedException(string message)
        : this(ExportFailure.Fault, message)
    {
    }

    /// <summary>Says why, and what it came from.</summary>
    public ExportFailedException(string message, Exception innerException)
        : this(ExportFailure.Fault, message, innerException)
    {
    }

    /// <summary>Why, as one of <see cref="ExportFailure"/>.</summary>
    public string Code { get; }
}
