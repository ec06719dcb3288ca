namespace Metering.Api;

/// <summary>The page on which a customer sees how a license stands.</summary>
internal static class CustomerPage
{
    /// <summary>Where it is.</summary>
    public const string Address = "/usage";
}
