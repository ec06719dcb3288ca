namespace Metering.Client;

/// <summary>
/// The meter refused a request as such: a wrong credential, a field that is not right, something that is not there (RFC 9457).
/// </summary>
public sealed class MeteringProblemException : MeteringException
{
    internal MeteringProblemException(string code, int status, string message, IReadOnlyList<FieldProblem> fields)
        : base(message)
    {
        Code = code;
        Status = status;
        Fields = fields;
    }

    /// <summary>The same once more, for another caller.</summary>
    internal MeteringProblemException(MeteringProblemException cause)
        : base(cause.Message, cause) => (Code, Status, Fields) = (cause.Code, cause.Status, cause.Fields);

    /// <summary>
    /// The problem's code, such as <c>unauthenticated</c>; <c>unknown</c> when it was not the meter that answered, but something before it
    /// that could not read the request or found it too large.
    /// </summary>
    public string Code { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>Which fields are wrong; empty when it is not about fields.</summary>
    public IReadOnlyList<FieldProblem> Fields { get; }
}
