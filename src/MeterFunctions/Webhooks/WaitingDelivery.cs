using Azure.Data.Tables;
using Metering;

namespace MeterFunctions.Webhooks;

/// <summary>The first delivery of a queue, as it was read.</summary>
/// <param name="Place">The row that gives it its place in the queue.</param>
/// <param name="Row">The row that holds it; null when it is gone.</param>
/// <param name="Delivery">The delivery; null when it is gone.</param>
internal sealed record WaitingDelivery(TableEntity Place, TableEntity? Row, Delivery? Delivery);
