namespace Metering.Reports;

/// <summary>A file is not one that an export has written; the message says where it is wrong.</summary>
public sealed class ExportFileException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public ExportFileException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong, and what the reader of the format said.</summary>
    public ExportFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says only that something is.</summary>
    public ExportFileException()
        : base("The file is not one that an export has written.")
    {
    }
}
