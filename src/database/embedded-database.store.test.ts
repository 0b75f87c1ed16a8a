import { testDatabase } from './database.contract.ts'
import { createTestDatabase } from './test-database.ts'

testDatabase('the embedded engine', createTestDatabase)
