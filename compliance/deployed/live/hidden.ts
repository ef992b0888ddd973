import { AccessAnalyzerClient, ListArchiveRulesCommand } from '@aws-sdk/client-accessanalyzer';
import { CloudWatchClient, ListAlarmMuteRulesCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeAccountPoliciesCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeEventBusCommand, EventBridgeClient, ListArchivesCommand } from '@aws-sdk/client-eventbridge';
import {
  GetFilterCommand,
  GuardDutyClient,
  ListFiltersCommand,
  ListIPSetsCommand,
  ListTrustedEntitySetsCommand,
} from '@aws-sdk/client-guardduty';
import { ListAutomationRulesCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { callsOf } from '../../../tools/aws/read-call';
import { each, type LiveCheck, named, nameIn, ofType } from '../aspect';
import { allPages, undefinedWhenMissing } from '../ask';
import { canonicalPolicy } from '../compare';
import { EXPOSURE, WATCHING } from '../controls';

const listMutes = callsOf(CloudWatchClient, 'cloudwatch')(ListAlarmMuteRulesCommand);
const guardDuty = callsOf(GuardDutyClient, 'guardduty');
const listFilters = guardDuty(ListFiltersCommand);
const getFilter = guardDuty(GetFilterCommand);
const listTrustedAddresses = guardDuty(ListIPSetsCommand);
const listTrustedEntities = guardDuty(ListTrustedEntitySetsCommand);
const listArchiveRules = callsOf(AccessAnalyzerClient, 'access-analyzer')(ListArchiveRulesCommand);
const listAutomationRules = callsOf(SecurityHubClient, 'securityhub')(ListAutomationRulesCommand);
const events = callsOf(EventBridgeClient, 'events');
const describeBus = events(DescribeEventBusCommand);
const listArchives = events(ListArchivesCommand);
const describeAccountPolicies = callsOf(CloudWatchLogsClient, 'logs')(DescribeAccountPoliciesCommand);

const UNDO = 'Find in CloudTrail who made it, and delete it.';

/** What silences those that watch, or copies what they see, and is part of no evaluated resource. */
export const HIDDEN: readonly LiveCheck[] = [
  {
    rule: 'alarms-not-muted',
    title: 'No rule mutes an alarm.',
    controls: WATCHING,
    remedy: UNDO,
    calls: [listMutes],
    look: async (ask, region) => {
      const alarms = ofType(region, 'AWS::CloudWatch::Alarm').length;
      if (alarms === 0) return [];
      const all = await allPages(
        (NextToken) => ask(listMutes, { NextToken }),
        ({ AlarmMuteRuleSummaries }) => AlarmMuteRuleSummaries,
        ({ NextToken }) => NextToken,
      );
      return [
        {
          resource: `${alarms} alarms`,
          resourceType: 'AWS::CloudWatch::Alarm',
          // What has expired mutes nothing.
          problems: all.flatMap(({ AlarmMuteRuleArn = '', Status }) =>
            Status === 'EXPIRED' ? [] : [`${AlarmMuteRuleArn} is ${Status ?? 'there'}`],
          ),
          seen: 'no rule mutes them',
        },
      ];
    },
  },
  {
    rule: 'threats-not-hidden',
    title: 'No filter archives threats, and no list says whom the detector is to trust.',
    controls: WATCHING,
    remedy: UNDO,
    calls: [listFilters, getFilter, listTrustedAddresses, listTrustedEntities],
    look: (ask, region) =>
      each(ofType(region, 'AWS::GuardDuty::Detector'), async (detector) => {
        const DetectorId = detector.physicalId;
        const evaluated = ofType(region, 'AWS::GuardDuty::Filter').map((filter) => nameIn(filter, 'Name'));
        const names = await allPages(
          (NextToken) => ask(listFilters, { DetectorId, NextToken }),
          ({ FilterNames }) => FilterNames,
          ({ NextToken }) => NextToken,
        );
        const filters = await Promise.all(
          names
            .filter((name) => !evaluated.includes(name))
            .map(async (FilterName) => ({
              FilterName,
              action: (await ask(getFilter, { DetectorId, FilterName })).Action,
            })),
        );
        const { IpSetIds = [] } = await ask(listTrustedAddresses, { DetectorId });
        const { TrustedEntitySetIds = [] } = await ask(listTrustedEntities, { DetectorId });
        return {
          ...named(detector),
          problems: [
            ...filters
              .filter(({ action }) => action === 'ARCHIVE')
              .map(({ FilterName }) => `filter ${FilterName} archives what it matches`),
            ...[...IpSetIds, ...TrustedEntitySetIds].map((id) => `list ${id} is trusted`),
          ],
          seen: 'no filter archives, and nobody is trusted',
        };
      }),
  },
  {
    rule: 'external-access-not-hidden',
    title: 'No rule archives what the analyzer finds.',
    controls: WATCHING,
    remedy: UNDO,
    calls: [listArchiveRules],
    look: (ask, region) =>
      each(ofType(region, 'AWS::AccessAnalyzer::Analyzer'), async (analyzer) => {
        const all = await allPages(
          (nextToken) => ask(listArchiveRules, { analyzerName: nameIn(analyzer, 'AnalyzerName'), nextToken }),
          ({ archiveRules }) => archiveRules,
          ({ nextToken }) => nextToken,
        );
        const evaluated = ((analyzer.properties['ArchiveRules'] ?? []) as { RuleName?: string }[]).map(
          ({ RuleName }) => RuleName,
        );
        return {
          ...named(analyzer),
          problems: all
            .filter(({ ruleName }) => !evaluated.includes(ruleName))
            .map(({ ruleName = '' }) => `rule ${ruleName} archives what it matches`),
          seen: 'no rule archives but those of the templates',
        };
      }),
  },
  {
    rule: 'findings-not-hidden',
    title: 'No automation of Security Hub changes what it finds.',
    controls: WATCHING,
    remedy: UNDO,
    calls: [listAutomationRules],
    look: (ask, region) =>
      each(ofType(region, 'AWS::SecurityHub::Hub'), async (hub) => {
        const all = await allPages(
          (NextToken) => ask(listAutomationRules, { NextToken }),
          ({ AutomationRulesMetadata }) => AutomationRulesMetadata,
          ({ NextToken }) => NextToken,
        );
        const enabled = all.filter(({ RuleStatus }) => RuleStatus !== 'DISABLED');
        return {
          ...named(hub),
          problems: enabled.map(({ RuleName = '', RuleArn = '' }) => `automation ${RuleName} (${RuleArn})`),
          seen: 'no automation',
        };
      }),
  },
  {
    rule: 'events-stay-here',
    title: 'Nobody may put events on the default bus, and no archive keeps them, but as the templates say.',
    controls: EXPOSURE,
    remedy: UNDO,
    calls: [describeBus, listArchives],
    look: async (ask, region) => {
      if (ofType(region, 'AWS::Events::Rule').length === 0) return [];
      const bus = await ask(describeBus, {});
      const archives = await undefinedWhenMissing(ask(listArchives, {}), 'ResourceNotFound');
      const evaluatedPolicies = ofType(region, 'AWS::Events::EventBusPolicy').map(
        ({ properties }) => properties['StatementId'],
      );
      const evaluatedArchives = ofType(region, 'AWS::Events::Archive').map((archive) =>
        nameIn(archive, 'ArchiveName'),
      );
      const { Statement = [] } = (canonicalPolicy(bus.Policy ?? '{}') ?? {}) as {
        // Of no policy: one that says nothing.
        Statement?: ({ Sid?: string; Principal?: unknown } | undefined)[];
      };
      return [
        {
          resource: bus.Name ?? 'default',
          resourceType: 'AWS::Events::EventBus',
          problems: [
            ...Statement.flatMap((statement) =>
              statement === undefined || evaluatedPolicies.includes(statement.Sid)
                ? []
                : [
                    `statement ${statement.Sid ?? ''} lets in ${JSON.stringify(statement.Principal ?? 'somebody')}`,
                  ],
            ),
            ...(archives?.Archives ?? [])
              .filter(({ ArchiveName = '' }) => !evaluatedArchives.includes(ArchiveName))
              .map(({ ArchiveName = '' }) => `archive ${ArchiveName} keeps events`),
          ],
          seen: 'no policy and no archive but those of the templates',
        },
      ];
    },
  },
  {
    rule: 'logs-stay-here',
    title: 'No policy of the account sends every log elsewhere.',
    controls: EXPOSURE,
    remedy: UNDO,
    calls: [describeAccountPolicies],
    look: async (ask, region) => {
      const groups = ofType(region, 'AWS::Logs::LogGroup').length;
      if (groups === 0) return [];
      const { accountPolicies = [] } = await ask(describeAccountPolicies, {
        policyType: 'SUBSCRIPTION_FILTER_POLICY',
      });
      const evaluated = ofType(region, 'AWS::Logs::AccountPolicy').map((policy) =>
        nameIn(policy, 'PolicyName'),
      );
      return [
        {
          resource: `${groups} log groups`,
          resourceType: 'AWS::Logs::LogGroup',
          problems: accountPolicies
            .filter(({ policyName = '' }) => !evaluated.includes(policyName))
            .map(({ policyName = '', policyDocument = '' }) => `${policyName}: ${policyDocument}`),
          seen: 'no policy of the account sends them anywhere',
        },
      ];
    },
  },
];
