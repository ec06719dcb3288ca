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

    /// <summary>The problem's code, such as <c>unauthenticated</c>; <c>unknown</c> when the answer was no problem document.</summary>
    public string Code { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>Which fields are wrong; empty when it is not about fields.</summary>
    public IReadOnlyList<FieldProblem> Fields { get; }
}
