namespace Metering.Api;

/// <summary>A body that says nothing.</summary>
public sealed record EmptyRequest
{
    internal static readonly EmptyRequest Value = new();
}
