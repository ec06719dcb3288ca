namespace Metering.Api;

/// <summary>What a route reads of the address beside the path, as the documentation tells it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means.</param>
/// <param name="Format">Its JSON Schema type, or one of <c>date-time</c>, <c>date</c>, <see cref="TimeOrDay"/>.</param>
/// <param name="Required">Whether it must be there.</param>
public sealed record QueryParameter(string Name, string Description, string Format = "string", bool Required = false)
{
    /// <summary>The format of a time for which a day may stand.</summary>
    public const string TimeOrDay = "date-time or date";
}
