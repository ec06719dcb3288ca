namespace Metering.Api;

/// <summary>What a body or an answer may look like, for the documentation. A test reads that of each body as the API does.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class ExampleAttribute(string json) : Attribute
{
    /// <summary>As it would be sent.</summary>
    public string Json { get; } = json;
}
