import type { SiteSettings } from '../protocol/console-account.ts'
import type { AccountsContext, Actor } from './account-rows.ts'
import { writeAudit } from './audit.ts'

/** Choices of the whole site, read by every domain that they concern. */
export interface SiteSettingsStore {
  get(): Promise<SiteSettings>
  set(settings: SiteSettings, by: Actor): Promise<void>
}

export const DEFAULT_SETTINGS: SiteSettings = {
  lecturerApproves: true,
  secondPersonPublishes: false,
  requireSecondFactor: false,
}

type SettingName = keyof SiteSettings

export function createSiteSettings({ database, now }: Pick<AccountsContext, 'database' | 'now'>): SiteSettingsStore {
  return {
    async get() {
      const rows = await database.kysely.selectFrom('site_settings').selectAll().execute()
      const settings = { ...DEFAULT_SETTINGS }
      for (const { name, value } of rows) if (isSetting(name)) settings[name] = value === 'true'
      return settings
    },
    set: (settings, by) =>
      database.writer.transaction(async (db) => {
        for (const [name, value] of Object.entries(settings)) {
          await db
            .insertInto('site_settings')
            .values({ name, value: String(value) })
            .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: String(value) }))
            .execute()
        }
        await writeAudit(db, {
          at: now(),
          accountId: by.id,
          accountName: by.name,
          action: 'settings-changed',
          detail: settings,
        })
      }),
  }
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(DEFAULT_SETTINGS, name)
}
