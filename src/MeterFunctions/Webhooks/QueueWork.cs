namespace MeterFunctions.Webhooks;

/// <summary>Which queue an orchestration sends.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="LicenseKey">The license, as it stands in keys; empty where the messages concern none.</param>
/// <param name="Faults">How many attempts in a row could not be made, or not be kept, because of the storage.</param>
/// <param name="Waits">How many times in a row there was no place for an attempt.</param>
public sealed record QueueWork(string WebhookId, string LicenseKey, int Faults = 0, int Waits = 0);
