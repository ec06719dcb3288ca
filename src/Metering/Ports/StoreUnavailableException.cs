namespace Metering;

/// <summary>
/// A host's storage can't be reached or written now (full, read-only, throttled). A port may throw it where it has no other way to say so;
/// the API answers 503 <c>busy</c>, and nothing that was asked for was done.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Says why.</summary>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Says why, and what the storage said.</summary>
    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says only that it is so.</summary>
    public StoreUnavailableException()
        : base("The storage is not available.")
    {
    }
}
