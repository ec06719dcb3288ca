namespace Metering.Api;

/// <summary>
/// Says which enum's names a text takes, as the contract writes them; the reader checks them, the documentation lists them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NamesOfAttribute(Type names) : Attribute
{
    /// <summary>The enum.</summary>
    public Type Names { get; } = names;
}
