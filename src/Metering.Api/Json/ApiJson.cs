using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Metering.Reports;

namespace Metering.Api;

/// <summary>How bodies and answers are read and written: snake case, nulls written, amounts exact.</summary>
/// <remarks>
/// The generated reader sets an init-only property that is missing to its type's default, not to its initializer's value; so the bodies'
/// properties are nullable, and who reads them applies the defaults.
///
/// A field that is not known is refused: most often it is a known one misspelt, and to pass over it would do something else than was asked.
/// A field that is there twice is refused too, because nobody can know which of the two was meant.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = JsonDepth.Max,
    Converters = [typeof(AmountJsonConverter), typeof(UtcJsonConverter)])]
[JsonSerializable(typeof(UseRequest))]
[JsonSerializable(typeof(ReportRequest))]
[JsonSerializable(typeof(CheckRequest))]
[JsonSerializable(typeof(ReservationRequest))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(CommitRequest))]
[JsonSerializable(typeof(LeaseSyncRequest))]
[JsonSerializable(typeof(MachineRequest))]
[JsonSerializable(typeof(CatalogDocument))]
[JsonSerializable(typeof(FeatureDocument))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(MigrateRequest))]
[JsonSerializable(typeof(LicenseRequest))]
[JsonSerializable(typeof(LicensePatch))]
[JsonSerializable(typeof(AssignmentRequest))]
[JsonSerializable(typeof(ResetRequest))]
[JsonSerializable(typeof(DecrementRequest))]
[JsonSerializable(typeof(FeatureRequest))]
[JsonSerializable(typeof(GrantRequest))]
[JsonSerializable(typeof(BalanceRequest))]
[JsonSerializable(typeof(BalancePatch))]
[JsonSerializable(typeof(CreditRequest))]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(NotedRequest))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(ClockRequest))]
[JsonSerializable(typeof(WebhookRequest))]
[JsonSerializable(typeof(ExportRequest))]
[JsonSerializable(typeof(ExportScheduleRequest))]
[JsonSerializable(typeof(ExportSchedulePatch))]
[JsonSerializable(typeof(ExportAnswer))]
[JsonSerializable(typeof(ExportScheduleAnswer))]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(UsageReport))]
[JsonSerializable(typeof(UsageSummary))]
[JsonSerializable(typeof(BillingRequest))]
[JsonSerializable(typeof(Statement))]
[JsonSerializable(typeof(BillingReport))]
[JsonSerializable(typeof(UserUsage))]
[JsonSerializable(typeof(ImmutableArray<UserUsage>))]
[JsonSerializable(typeof(QuotaAnswer))]
[JsonSerializable(typeof(QuotaProjection))]
[JsonSerializable(typeof(QuotaTotal))]
[JsonSerializable(typeof(ValidationAnswer))]
[JsonSerializable(typeof(ReservationAnswer))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(MachineAnswer))]
[JsonSerializable(typeof(CatalogChangeAnswer))]
[JsonSerializable(typeof(Migration))]
[JsonSerializable(typeof(LicenseView))]
[JsonSerializable(typeof(LicenseWithKey))]
[JsonSerializable(typeof(AssignedFeature))]
[JsonSerializable(typeof(GrantAnswer))]
[JsonSerializable(typeof(HoldView))]
[JsonSerializable(typeof(MachineView))]
[JsonSerializable(typeof(BalanceAnswer))]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(TierCharge))]
[JsonSerializable(typeof(RollupView))]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(RecentEventsAnswer))]
[JsonSerializable(typeof(OverviewAnswer))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(TermsDocument))]
[JsonSerializable(typeof(RetryRequest))]
[JsonSerializable(typeof(RetryLettersRequest))]
[JsonSerializable(typeof(RetryLettersAnswer))]
[JsonSerializable(typeof(TokenRecord))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenWithSecret))]
[JsonSerializable(typeof(ViewTokenRequest))]
[JsonSerializable(typeof(ViewTokenAnswer))]
[JsonSerializable(typeof(KeySet))]
[JsonSerializable(typeof(ClockAnswer))]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(WebhookWithSecret))]
[JsonSerializable(typeof(DeliveryAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext;
